/** What a call does, and who drives it. */
package io.ringdown.workloads;
