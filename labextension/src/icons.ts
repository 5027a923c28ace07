import { LabIcon } from '@jupyterlab/ui-components';

/** A cell with a metric that falls: `jp-icon3` takes its colour from the theme. */
export const nbtrackIcon = new LabIcon({
  name: 'nbtrack:icon',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M4 3h16a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm0 2v14h16V5z"/>
    <path d="M6.8 6.6c.9 5.400 2.700 8 5.700 8.900 1.600.5 3.200.6 5 .6v1.800c-2 0-3.800-.1-5.600-.7-3.800-1.200-5.900-4.400-6.900-10.300z"/>
    <circle cx="17" cy="9" r="2"/>
  </g>
</svg>`
});
