package io.ringdown.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a run's records were when it had ended: where one is another by now, the folder tells of something that no run did.
 *
 * @param sha256 digests in hexadecimal, by the names of files in the folder; one that was not there has none
 */
record Seal(Map<String, String> sha256) {
    private static final int PART = 1 << 16;

    Seal {
        sha256 = Collections.unmodifiableMap(new TreeMap<>(sha256));
    }

    static Seal of(RunFolder folder) throws IOException {
        var digests = new TreeMap<String, String>();
        for (Path record : folder.records()) {
            digests.put(folder.path().relativize(record).toString(), digest(record));
        }
        return new Seal(digests);
    }

    /**
     * @param now of the same folder, as it is
     * @throws IOException if a record is not what it was; one line that names the first such
     */
    void check(RunFolder folder, Seal now) throws IOException {
        var names = new TreeSet<>(sha256.keySet());
        names.addAll(now.sha256.keySet());
        for (String name : names) {
            String then = sha256.get(name);
            String its = now.sha256.get(name);
            if (!Objects.equals(then, its)) {
                throw new IOException(folder.path() + "/" + name + ": "
                        + (its == null ? "gone" : then == null ? "not of this run" : "not what the run recorded")
                        + ", as " + folder.seal().getFileName() + " tells");
            }
        }
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] part = new byte[PART];
            for (int read; (read = in.read(part)) >= 0; ) {
                digest.update(part, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw Complaint.about(file, e);
        }
    }
}
