package io.ringdown.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** What went wrong with a file, in one line. The platform's own messages are often nothing but the path. */
public final class Complaint {
    private Complaint() {}

    /** What a failure says of itself, and of a file what is wrong with it. */
    public static String of(Exception failure) {
        if (failure instanceof UncheckedIOException unchecked) {
            IOException cause = unchecked.getCause();
            return cause instanceof FileSystemException
                            || unchecked.getMessage().contains(String.valueOf(cause.getMessage()))
                    ? of(cause)
                    : unchecked.getMessage() + ": " + of(cause);
        }
        String text = failure instanceof FileSystemException file && file.getFile() != null
                ? file.getFile() + ": " + reason(file)
                : failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return text.lines().findFirst().orElse(text);
    }

    /** A failure to read or write a file, which names it: the platform's own does not where the file is a directory. */
    static IOException about(Path file, IOException failure) {
        String said = String.valueOf(failure.getMessage());
        return failure instanceof FileSystemException || said.startsWith(file.toString())
                ? failure
                : new IOException(file + ": " + said, failure);
    }

    private static String reason(FileSystemException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NoSuchFileException) {
            return "no such file";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "already there";
        }
        if (failure instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "not empty";
        }
        return failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
    }
}
