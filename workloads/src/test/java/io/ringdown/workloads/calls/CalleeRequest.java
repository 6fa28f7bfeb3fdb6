package io.ringdown.workloads.calls;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request as a {@link Callee} got it.
 *
 * @param at {@link System#nanoTime()} of its arrival
 */
record CalleeRequest(String text, InetSocketAddress from, long at) {
    String method() {
        return text.substring(0, text.indexOf(' '));
    }

    String uri() {
        return text.split(" ", 3)[1];
    }

    String header(String name) {
        return find("(?im)^" + name + ": *([^\\r\\n]*)", text);
    }

    String callId() {
        return header("Call-ID");
    }

    int cseq() {
        return Integer.parseInt(header("CSeq").split(" ")[0]);
    }

    String branch() {
        return find(";branch=([^;,\\s]+)", header("Via"));
    }

    String toTag() {
        return find(";tag=([^;,\\s]+)", header("To"));
    }

    /** What tells it from other transactions; an ACK or CANCEL is none of its INVITE's. */
    String transaction() {
        return branch() + method();
    }

    /** A CANCEL's INVITE, as far as an answer to it needs. */
    CalleeRequest asInvite() {
        return new CalleeRequest(text.replace("CANCEL", "INVITE"), from, at);
    }

    /** The wall-clock millisecond until which it asks to be held, or 0. */
    long hold(String name) {
        String hold = find(name + "=(\\d+)", header("X-Ringdown-Hold"));
        return hold.isEmpty() ? 0 : Long.parseLong(hold);
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }
}
