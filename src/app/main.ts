import 'virtual:fonts.css';

/** Starts the page. What stands in #app until then is for browsers in which this never runs. */
const target = document.querySelector('#app');
target?.replaceChildren();
