package io.ringdown.harness.hosts.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.dockerjava.transport.SSLConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** What TLS with an engine needs, in a folder as Docker's programs have it: {@code ca.pem}, {@code cert.pem} and {@code key.pem}. */
record Certificates(Path folder) implements SSLConfig {
    private static final String KEY = "-----BEGIN PRIVATE KEY-----";
    private static final List<String> ALGORITHMS = List.of("RSA", "EC");
    private static final char[] NONE = new char[0];

    /** @throws IllegalArgumentException if they are not there, or of no use; one line that names the file */
    @Override
    public SSLContext getSSLContext() {
        try {
            KeyStore trusted = empty();
            List<Certificate> authorities = certificates(authority());
            for (int i = 0; i < authorities.size(); i++) {
                trusted.setCertificateEntry("ca" + i, authorities.get(i));
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyStore own = empty();
            own.setKeyEntry("own", key(), NONE, certificates(own()).toArray(Certificate[]::new));
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NONE);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the engine is shown. */
    Path own() {
        return folder.resolve("cert.pem");
    }

    /** What the engine's own certificate is to be signed by. */
    Path authority() {
        return folder.resolve("ca.pem");
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NONE);
        return store;
    }

    private List<Certificate> certificates(Path file) {
        byte[] read = read(file).getBytes(US_ASCII);
        try {
            List<Certificate> found = List.copyOf(
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read)));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            // said below
        }
        throw new IllegalArgumentException(file + ": no certificate in it, or a damaged one");
    }

    private PrivateKey key() {
        Path file = folder.resolve("key.pem");
        String text = read(file);
        int begin = text.indexOf(KEY);
        int end = text.indexOf("-----END", begin);
        if (begin < 0 || end < 0) {
            throw new IllegalArgumentException(
                    file + ": no key in PKCS #8 in it: openssl pkcs8 -topk8 -nocrypt -in key.pem -out new.pem");
        }
        for (String algorithm : ALGORITHMS) {
            try {
                byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin + KEY.length(), end));
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // the next one's, or nobody's
            }
        }
        throw new IllegalArgumentException(file + ": neither a key of RSA nor one of EC");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, US_ASCII);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": no such file, or not readable");
        }
    }
}
