// jQuery as a global, for plugins that look for it.
import $ from 'jquery';

window.jQuery = window.$ = $;
