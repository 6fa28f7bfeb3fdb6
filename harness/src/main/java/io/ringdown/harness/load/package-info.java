/** Several processes that share the calls of a run: the one that each of them is, and how the harness leads them. */
package io.ringdown.harness.load;
