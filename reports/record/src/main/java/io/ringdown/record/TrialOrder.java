package io.ringdown.record;

import io.ringdown.record.ResolvedPlan.Capacity;
import java.io.IOException;

/**
 * What one trial of a capacity search is to offer (RFC 7502 section 4.10).
 *
 * @param number of the trial
 * @param capacity of which calls, and how long each may take
 * @param rate sessions, or registrations, a second, at equal distances
 * @param sessions how many
 * @param firstCall number of the first one's call
 * @param aside REGISTERs a second that make registrations ready and clear them up
 */
public record TrialOrder(int number, Capacity capacity, int rate, int sessions, int firstCall, int aside) {
    /** Reads what {@link #line} wrote. */
    public static TrialOrder of(String line) throws IOException {
        return Json.MAPPER.readValue(line, TrialOrder.class);
    }

    /** For a load host: a line without blanks. */
    public String line() throws IOException {
        return Json.MAPPER.writeValueAsString(this);
    }
}
