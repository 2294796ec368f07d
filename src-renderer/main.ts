/** Composition root of the page. */
import { mount } from 'svelte';
import './style/tokens.css';
import './style/base.css';
import { Api } from './api.ts';
import Root from './Root.svelte';
import { Lab } from './state/lab.svelte.ts';

const api = new Api();
const lab = new Lab(api);
lab.begin();
api.start();
mount(Root, { target: document.getElementById('app') as HTMLElement, props: { lab } });
