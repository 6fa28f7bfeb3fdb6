/**
 * Judges a run: a pure function of its run folder, by the rules of the criteria. The same folder gives the same verdict, byte for byte, on any
 * machine and at any time.
 */
package io.ringdown.judge;
