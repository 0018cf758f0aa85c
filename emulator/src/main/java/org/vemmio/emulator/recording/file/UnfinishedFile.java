package org.vemmio.emulator.recording.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// A hidden file beside another, its target, for what may come to stand there. It is locked while it is open: one that
/// is not locked is of a process that was killed, and the next one for the same target clears it away. For one thread.
final class UnfinishedFile implements AutoCloseable {
    private static final String SUFFIX = ".unfinished";

    /// Those of this JVM. They are not opened a second time, for to close that would end their lock (fcntl(2), F_SETLK).
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final Path path;
    private final FileChannel channel;

    private UnfinishedFile(Path target, Path path) throws IOException {
        this.target = target;
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    /// {@return an empty file}
    ///
    /// @param file the target; one that is a symbolic link to a file stays so
    /// @throws IOException if the target's folder cannot be written to
    static UnfinishedFile beside(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path target = Files.exists(file) || folder == null ? file.toRealPath()
                : folder.toRealPath().resolve(file.getFileName());
        clearAbandoned(target);
        while (true) {
            Path path = target.resolveSibling(prefix(target) + Long.toHexString(System.nanoTime()) + SUFFIX);
            if (OPEN.add(path)) {
                try {
                    UnfinishedFile unfinished = new UnfinishedFile(target, path);
                    // Another process may have taken it for an abandoned one in the meantime.
                    if (isLocked(unfinished.channel) && Files.exists(path)) {
                        return unfinished;
                    }
                    unfinished.close();
                } catch (FileAlreadyExistsException e) {
                    OPEN.remove(path);
                } catch (IOException e) {
                    OPEN.remove(path);
                    throw e;
                }
            }
        }
    }

    private static String prefix(Path target) {
        return "." + target.getFileName() + ".";
    }

    /// Locks a file if nobody else has. Where the file system has no locks, nothing is cleared away.
    private static boolean isLocked(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            return true;
        }
    }

    private static void clearAbandoned(Path target) {
        Pattern name = Pattern.compile(Pattern.quote(prefix(target)) + "[0-9a-f]+" + Pattern.quote(SUFFIX));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(target.resolveSibling(""),
                path -> name.matcher(path.getFileName().toString()).matches())) {
            for (Path file : files) {
                if (!OPEN.contains(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    clear(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // They are in nobody's way; whether the folder can be written to shows in a moment.
        }
    }

    private static void clear(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.tryLock() != null) {
                Files.deleteIfExists(file);
            }
        } catch (OverlappingFileLockException e) {
            // In use.
        }
    }

    /// {@return what puts bytes behind those that are there; to close it writes them out, and the file stays open}
    OutputStream out() {
        return new BufferedOutputStream(Channels.newOutputStream(channel)) {
            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    /// {@return what is in the file, from its beginning; nothing is written afterwards}
    InputStream content() throws IOException {
        return Channels.newInputStream(channel.position(0));
    }

    /// Puts the file where its target is, in one step.
    ///
    /// @throws IOException if that fails; the target is as it was
    void replaceTarget() throws IOException {
        Files.move(path, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Removes the file, unless it has replaced its target. Closing again does nothing.
    @Override
    public void close() throws IOException {
        try (channel) {
            if (channel.isOpen()) {
                Files.deleteIfExists(path);
            }
        } finally {
            OPEN.remove(path);
        }
    }
}
