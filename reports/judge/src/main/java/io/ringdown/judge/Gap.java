package io.ringdown.judge;

/**
 * The time in which new calls are P0: from a strike until rerouting was over, in run nanos.
 *
 * @param from the strike took effect no earlier
 * @param until the first instant after it
 */
record Gap(long from, long until) {
    boolean has(long sent) {
        return sent >= from && sent < until;
    }
}
