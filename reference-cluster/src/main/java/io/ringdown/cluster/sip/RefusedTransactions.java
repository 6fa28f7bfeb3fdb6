package io.ringdown.cluster.sip;

/**
 * Transactions that were refused for want of time, those of some seconds. What comes again of one had waited behind the first, and is refused as well: its
 * client has ended that transaction, or will, and would not know of a call. For one thread.
 */
public final class RefusedTransactions {
    private static final int MOST = 1 << 14;

    /** Null: none was. */
    private RecentNames refused;

    public boolean none() {
        return refused == null;
    }

    /**
     * Whether a request is to be refused.
     *
     * @param now it comes at a bad time, whatever came before
     * @param name what tells its transaction from others of the call: the branch, and the CSeq of clients whose branches are not unique
     */
    public boolean refuses(boolean now, String callId, String name) {
        String transaction = callId + ' ' + name;
        if (now) {
            refused = none() ? new RecentNames(MOST) : refused;
            refused.add(transaction);
        }
        return now || !none() && refused.contains(transaction);
    }
}
