import { h, render } from 'preact';
import { App } from './app.tsx';

const mount = document.querySelector('#app');
if (!mount) throw new Error('the page has no #app');
render(h(App, null), mount);
