package io.ringdown.faults;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A fault that does nothing and says that it has struck, for tests of what else becomes of one. */
class IdleArmed implements Armed {
    boolean closed;

    @Override
    public List<Undo> undos() {
        return List.of();
    }

    @Override
    public void fire() {}

    @Override
    public Seen struck() throws IOException {
        return new Seen(true, "struck");
    }

    @Override
    public Optional<Seen> probe() {
        return Optional.empty();
    }

    @Override
    public Optional<Seen> undisturbed() {
        return Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
    }
}
