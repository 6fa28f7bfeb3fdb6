package io.ringdown.workloads.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Datagrams that wait to leave a socket together: those of one length to one address in one go. The kernel's way from one socket to another, of which
 * nearly all of a message's cost is made, is then gone once for all of them. They keep the order of their kind; of two kinds that of the first of
 * each.
 */
final class Batches {
    /** What more would save is little, and they wait for each other. */
    private static final int MOST = 16;

    private static final int MOST_KINDS = 8;
    /** Of a UDP datagram by IPv4. */
    private static final int LARGEST = 65_507;

    private final DatagramChannel channel;
    private final SegmentSize size;
    private final IntConsumer lost;
    private final List<Batch> batches = new ArrayList<>();
    private int kinds;
    /** Whether the kernel parts what it is given. */
    private boolean parts = true;

    private static final class Batch {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(LARGEST);
        InetSocketAddress to;
        int length;
        int number;
    }

    /** @param lost told how many could not be sent */
    Batches(DatagramChannel channel, SegmentSize size, IntConsumer lost) {
        this.channel = channel;
        this.size = size;
        this.lost = lost;
    }

    void add(byte[] data, InetSocketAddress to) {
        if (data.length > LARGEST) {
            lost.accept(1);
            return;
        }
        Batch batch = batch(data.length, to);
        batch.bytes.put(data);
        batch.number++;
        if (batch.number == MOST || batch.bytes.remaining() < data.length) {
            flush();
        }
    }

    private Batch batch(int length, InetSocketAddress to) {
        for (int i = 0; i < kinds; i++) {
            Batch batch = batches.get(i);
            if (batch.length == length && batch.to.equals(to)) {
                return batch;
            }
        }
        if (kinds == MOST_KINDS) {
            flush();
        }
        if (kinds == batches.size()) {
            batches.add(new Batch());
        }
        Batch batch = batches.get(kinds++);
        batch.length = length;
        batch.to = to;
        return batch;
    }

    /** Sends what waits. */
    void flush() {
        for (int i = 0; i < kinds; i++) {
            Batch batch = batches.get(i);
            batch.bytes.flip();
            if (batch.number == 1 || !parts || !sendTogether(batch)) {
                sendOneByOne(batch);
            }
            batch.bytes.clear();
            batch.to = null;
            batch.number = 0;
        }
        kinds = 0;
    }

    /** Whether it could be; if not, nothing of it has left. */
    private boolean sendTogether(Batch batch) {
        try {
            size.set(batch.length);
            if (channel.send(batch.bytes, batch.to) == 0) {
                lost.accept(batch.number);
            }
            return true;
        } catch (IOException e) {
            // A way on which nothing may be parted, or datagrams longer than it takes in one piece.
            parts = false;
            return false;
        }
    }

    private void sendOneByOne(Batch batch) {
        for (int i = 0; i < batch.number; i++) {
            batch.bytes.limit((i + 1) * batch.length).position(i * batch.length);
            try {
                size.set(0);
                if (channel.send(batch.bytes, batch.to) == 0) {
                    lost.accept(1);
                }
            } catch (IOException e) {
                lost.accept(1);
            }
        }
    }
}
