package io.ringdown.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/** A file on a disk that takes only so many bytes more, or nothing for a while. */
final class FullDisk implements SeekableByteChannel {
    volatile int left = Integer.MAX_VALUE;
    /** Writes wait for it. */
    volatile CountDownLatch busyUntil = new CountDownLatch(0);

    private final FileChannel real;

    FullDisk(Path path) throws IOException {
        real = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        try {
            busyUntil.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        if (left == 0) {
            throw new IOException("No space left on device");
        }
        int taken = Math.min(left, bytes.remaining());
        real.write(bytes.slice(bytes.position(), taken));
        bytes.position(bytes.position() + taken);
        left -= taken;
        return taken;
    }

    @Override
    public int read(ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        real.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        real.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return real.isOpen();
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
