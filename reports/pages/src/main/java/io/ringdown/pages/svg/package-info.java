/** Drawing: a small SVG builder, scales and the frame of a chart. Colours are CSS classes, so that a page's theme decides them. */
package io.ringdown.pages.svg;
