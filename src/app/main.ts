/** Starts the page. What stands in #app until then is for browsers in which this never runs. */
import './ahead.ts';
import 'virtual:fonts.css';
import './theme.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.querySelector('#app');
if (target) {
  target.replaceChildren();
  mount(App, { target });
}

/** Fetching all for later would stand in the way of what is wanted now. */
const OFFLINE_AFTER_MS = 5_000;

// Over plain http on a LAN there is no service worker: the page works all the same, but not offline.
if (import.meta.env.PROD && isSecureContext && 'serviceWorker' in navigator)
  setTimeout(() => {
    navigator.serviceWorker.register('./sw.js').catch(() => undefined);
  }, OFFLINE_AFTER_MS);
