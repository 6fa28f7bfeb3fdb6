/** When calls are begun: arrival processes as sequences of intended instants, and recorded traces of them. */
package io.ringdown.workloads.arrivals;
