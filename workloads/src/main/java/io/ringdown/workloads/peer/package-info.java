/** Who answers the generator where there is no cluster: its baseline (RFC 7502 section 6.1). */
package io.ringdown.workloads.peer;
