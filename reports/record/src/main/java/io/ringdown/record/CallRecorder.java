package io.ringdown.record;

/** Takes down what one side of the calls does and sees. Safe for several threads. */
public interface CallRecorder {
    /** Takes down nothing. */
    CallRecorder NOBODY = new CallRecorder() {
        @Override
        public void call(Call call) {
            // nobody
        }

        @Override
        public void operation(Operation operation) {
            // nobody
        }

        @Override
        public void incident(Incident incident) {
            // nobody
        }
    };

    /** Records a call. Must come before its operations. */
    void call(Call call);

    /** Records an attempt that has ended. */
    void operation(Operation operation);

    /** Records an incident. */
    void incident(Incident incident);
}
