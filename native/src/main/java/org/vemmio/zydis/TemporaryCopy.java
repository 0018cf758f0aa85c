package org.vemmio.zydis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;

/// A library's copy, for its owner alone, in a folder that others may write to. It is there for the moment until it is
/// open; one that is older is of a process that was killed, and the next copy clears it away.
///
/// @param path of the copy, absolute
record TemporaryCopy(Path path) implements AutoCloseable {
    private static final String PREFIX = "vemmio-";
    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(1);

    /// {@return a copy of a library}
    ///
    /// @param content of the library, read to its end
    /// @param folder where to
    /// @param name of the library, with which the copy's name ends
    /// @throws IOException if it cannot be written; nothing is left of it then
    static TemporaryCopy of(InputStream content, Path folder, String name) throws IOException {
        String suffix = "-" + name;
        // Its permissions are the owner's alone under any umask, and stay so since the file is not made anew.
        TemporaryCopy copy = new TemporaryCopy(Files.createTempFile(folder.toAbsolutePath(), PREFIX, suffix));
        try (OutputStream out = Files.newOutputStream(copy.path, StandardOpenOption.WRITE)) {
            content.transferTo(out);
        } catch (IOException | RuntimeException e) {
            copy.close();
            throw e;
        }
        copy.clearAbandoned(suffix);
        return copy;
    }

    private void clearAbandoned(String suffix) {
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(path.getParent(), PREFIX + "*" + suffix)) {
            UserPrincipal owner = Files.getOwner(path);
            Instant newest = Instant.now().minus(ABANDONED_AFTER);
            for (Path other : copies) {
                PosixFileAttributes attributes =
                        Files.readAttributes(other, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isRegularFile() && attributes.owner().equals(owner)
                        && attributes.lastModifiedTime().toInstant().isBefore(newest)) {
                    Files.deleteIfExists(other);
                }
            }
        } catch (IOException | DirectoryIteratorException | UnsupportedOperationException e) {
            // They are in nobody's way; another copy clears them.
        }
    }

    /// Deletes the copy, now or at the latest when the JVM ends.
    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }
}
