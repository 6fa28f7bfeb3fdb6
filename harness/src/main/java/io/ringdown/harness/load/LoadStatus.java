package io.ringdown.harness.load;

/**
 * What a load host tells of itself all the while.
 *
 * @param openCalls without the probes, that have not ended
 * @param openProbes that have begun and not ended
 * @param successes set-up probes that succeeded so far
 * @param failures set-up probes that failed so far
 */
record LoadStatus(int openCalls, int openProbes, int successes, int failures) {
    static final String WORD = "status";
    static final LoadStatus NONE = new LoadStatus(0, 0, 0, 0);

    String line() {
        return WORD + " " + openCalls + " " + openProbes + " " + successes + " " + failures;
    }

    static LoadStatus of(String line) {
        String[] words = line.split(" ");
        return new LoadStatus(
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]));
    }
}
