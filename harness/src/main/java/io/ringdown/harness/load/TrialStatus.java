package io.ringdown.harness.load;

/**
 * What a load host tells of its share of a trial all the while.
 *
 * @param trial its number
 * @param done how many steps of it are done
 * @param ended how many sessions, or registrations, have ended
 * @param left how many bindings could not be removed, once all steps are done
 */
record TrialStatus(int trial, int done, int ended, int left) {
    static final String WORD = "offered";
    static final TrialStatus NONE = new TrialStatus(-1, 0, 0, 0);

    String line() {
        return WORD + " " + trial + " " + done + " " + ended + " " + left;
    }

    static TrialStatus of(String line) {
        String[] words = line.split(" ");
        return new TrialStatus(
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]));
    }
}
