/** What the generator can do on this machine by itself, measured once and kept with its date. */
package io.ringdown.harness.calibration;
