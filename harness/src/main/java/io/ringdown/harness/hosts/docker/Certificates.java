package io.ringdown.harness.hosts.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.dockerjava.transport.SSLConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
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
    private static final char[] NONE = new char[0];

    @Override
    public SSLContext getSSLContext() {
        try {
            KeyStore trusted = empty();
            List<Certificate> authorities = certificates("ca.pem");
            for (int i = 0; i < authorities.size(); i++) {
                trusted.setCertificateEntry("ca" + i, authorities.get(i));
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyStore own = empty();
            own.setKeyEntry("own", key(), NONE, certificates("cert.pem").toArray(Certificate[]::new));
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NONE);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(new IOException(e.getMessage() + " cannot be read"));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(folder + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NONE);
        return store;
    }

    private List<Certificate> certificates(String name) throws IOException, GeneralSecurityException {
        byte[] read = Files.readAllBytes(folder.resolve(name));
        return List.copyOf(
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read)));
    }

    private PrivateKey key() throws IOException, GeneralSecurityException {
        Path file = folder.resolve("key.pem");
        String text = Files.readString(file, US_ASCII);
        int begin = text.indexOf(KEY);
        if (begin < 0) {
            throw new GeneralSecurityException(
                    "no key in PKCS #8 in " + file + ": openssl pkcs8 -topk8 -nocrypt -in key.pem -out new.pem");
        }
        String body = text.substring(begin + KEY.length(), text.indexOf("-----END", begin));
        var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body));
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(encoded);
        } catch (GeneralSecurityException e) {
            return KeyFactory.getInstance("EC").generatePrivate(encoded);
        }
    }
}
