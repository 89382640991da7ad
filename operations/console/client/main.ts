import { h, render } from 'preact';
import { App } from './app.tsx';
import { Welcome } from './parts/welcome.tsx';
import { signedIn } from './signIn.ts';

const mount = document.querySelector('#app');
if (!mount) throw new Error('the page has no #app');

const start = async (): Promise<void> => {
  try {
    if (await signedIn()) render(h(App, null), mount);
  } catch (error) {
    render(h(Welcome, { problem: (error as Error).message }), mount);
  }
};

void start();
