/**
 * SIPp as a driver of calls: generated scenarios for the standard workload, the user's own scenarios unchanged, and what became of each call
 * read from SIPp's logs while it runs. No exit status and no statistic of SIPp's decides anything about a call.
 */
package io.ringdown.workloads.sipp;
