package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.cluster.engine.AddressOfRecord.Answered;
import io.ringdown.cluster.engine.AddressOfRecord.Binding;
import io.ringdown.cluster.session.StoredSession;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindingsCodecTest {
    private final AddressOfRecord user = new AddressOfRecord("\tsip:alice@h");

    BindingsCodecTest() {
        user.version = 7L << 32;
        user.attempts = 2;
        user.bindings = List.of(
                new Binding("sip:J\u00e9@1.2.3.4", ";q=1;x=\"\u00ff\"", "call@host", Integer.MAX_VALUE, 1L << 50),
                new Binding("tel:1", "", "c", 0, 2L << 50));
        user.answered.add(new Answered("z9hG4bKa", 3L << 50));
    }

    @Test
    void keepsWhatItIsGiven() {
        StoredSession stored = new BindingsCodec(Depth.TRANSACTIONS, "first").encode(user);
        assertThat(stored.pending()).isTrue();
        AddressOfRecord read = new BindingsCodec(Depth.TRANSACTIONS, "second").decode(stored);
        assertThat(read).usingRecursiveComparison().ignoringFields("takenOver").isEqualTo(user);
        assertThat(read.takenOver).isTrue();
    }

    @Test
    void keepsNoTransactionsBelowFullDepth() {
        var codec = new BindingsCodec(Depth.CONFIRMED, "first");
        AddressOfRecord read = codec.decode(codec.encode(user));
        assertThat(read.bindings).isEqualTo(user.bindings);
        assertThat(read.answered).isEmpty();
        assertThat(read.takenOver).isFalse();
    }

    @Test
    void refusesWhatIsCutShortOrOfAnotherFormat() {
        var codec = new BindingsCodec(Depth.TRANSACTIONS, "first");
        StoredSession stored = codec.encode(user);
        byte[] state = stored.state();
        for (int length = 0; length < state.length; length++) {
            StoredSession cut = stored.withState(Arrays.copyOf(state, length));
            assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(IllegalStateException.class);
        }
        state[Integer.BYTES] = 5;
        assertThatThrownBy(() -> codec.decode(stored.withState(state))).hasMessage("bindings of unknown format 5");
    }
}
