/**
 * What a judge says: levels, fates and figures with their witnesses, and their form in {@code verdict.json}. Data alone; whoever shows a verdict needs no more than this.
 */
package io.ringdown.judge.verdict;
