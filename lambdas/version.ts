/** Version of marketo-destination, as in package.json: the bundles of functions and pages hold no more of that file. */
export const version = '0.2.0';
