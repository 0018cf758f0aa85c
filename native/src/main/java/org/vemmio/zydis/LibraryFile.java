package org.vemmio.zydis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A file that should be a Zydis library.
///
/// @param location what a person is told of where it comes from
/// @param path the file itself, absolute
/// @param copy the copy that the file is, if it was made for this JVM; deleted on [#close()]
record LibraryFile(String location, Path path, Optional<TemporaryCopy> copy) implements AutoCloseable {
    static final String PROPERTY = "vemmio.zydis.library";
    static final String ENVIRONMENT = "VEMMIO_ZYDIS_LIBRARY";

    /// Where a library may be that nobody has named, in the order to look. Each throws [LibraryException].
    static final List<Supplier<LibraryFile>> PLACES = List.of(
            LibraryFile::bundled,
            () -> installed("libZydis.so.4.1"),
            () -> installed("libZydis.so.4.0"));

    private static final String BUNDLED = "libZydis.so.4.0";
    private static final String RESOURCE = "/META-INF/vemmio/zydis/" + BUNDLED;

    static LibraryFile of(Path file) {
        Path path = file.toAbsolutePath();
        return new LibraryFile(path.toString(), path, Optional.empty());
    }

    /// The file that the user has named, if so.
    ///
    /// @throws LibraryException if it is the name of no file
    static Optional<LibraryFile> named() {
        return namedBy("the system property " + PROPERTY, System.getProperty(PROPERTY))
                .or(() -> namedBy("the environment variable " + ENVIRONMENT, System.getenv(ENVIRONMENT)));
    }

    private static Optional<LibraryFile> namedBy(String what, @Nullable String name) {
        if (name == null || name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(Path.of(name)));
        } catch (InvalidPathException e) {
            throw new LibraryException(what + " is no name of a file here: " + e.getReason());
        }
    }

    /// The copy that the build put beside the runtime image's own libraries, else the one in this module.
    private static LibraryFile bundled() {
        requireProcessorOfBundled();
        Path besideRuntime = Path.of(System.getProperty("java.home"), "lib", BUNDLED);
        if (Files.exists(besideRuntime)) {
            return of(besideRuntime);
        }
        URL resource = LibraryFile.class.getResource(RESOURCE);
        if (resource == null) {
            throw new LibraryException("this build has no bundled copy");
        }
        if (resource.getProtocol().equals("file")) {
            return of(Path.of(URI.create(resource.toString())));
        }
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        try (InputStream content = resource.openStream()) {
            TemporaryCopy copy = TemporaryCopy.of(content, folder, BUNDLED);
            return new LibraryFile(resource.toString(), copy.path(), Optional.of(copy));
        } catch (IOException e) {
            throw new LibraryException("the bundled copy cannot be written to " + folder + " (" + e
                    + "); name another folder with -Djava.io.tmpdir=FOLDER");
        }
    }

    private static void requireProcessorOfBundled() {
        String system = System.getProperty("os.name");
        String processor = System.getProperty("os.arch");
        if (!system.equals("Linux") || !processor.equals("amd64")) {
            throw new LibraryException("the bundled copy is for Linux on amd64, and this is " + system + " on "
                    + processor);
        }
    }

    /// A library that the dynamic linker knows by name; its file is where one of its functions is mapped from.
    private static LibraryFile installed(String name) {
        try (Arena arena = Arena.ofConfined()) {
            long address = SymbolLookup.libraryLookup(name, arena).find("ZydisGetVersion")
                    .map(MemorySegment::address)
                    .orElseThrow(() -> new LibraryException(name + " has no function ZydisGetVersion"));
            return mappedAt(address)
                    .map(LibraryFile::of)
                    .orElseThrow(() -> new LibraryException(name + " does not stand in /proc/self/maps"));
        } catch (IllegalArgumentException e) {
            throw new LibraryException("the system has no " + name);
        }
    }

    /// The file behind an address. A line is: `first-last perms offset device inode path`, numbers in hex.
    private static Optional<Path> mappedAt(long address) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.split("\\s+", 6))
                    .filter(fields -> fields.length == 6 && fields[5].startsWith("/"))
                    .filter(fields -> {
                        String[] range = fields[0].split("-");
                        return Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), address) <= 0
                                && Long.compareUnsigned(address, Long.parseUnsignedLong(range[1], 16)) < 0;
                    })
                    .findFirst()
                    .map(fields -> Path.of(fields[5]));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /// {@return all bytes of the file}
    ///
    /// @throws LibraryException if it cannot be read
    byte[] content() {
        try {
            if (!Files.isRegularFile(path)) {
                throw new LibraryException(location + ": " + (Files.exists(path) ? "not a file" : "no such file")
                        + "; Zydis 4.0 or 4.1 is needed");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new LibraryException(location + ": cannot be read (" + e + "); Zydis 4.0 or 4.1 is needed");
        }
    }

    /// Deletes a temporary copy; a library that is open stays so.
    @Override
    public void close() {
        copy.ifPresent(TemporaryCopy::close);
    }
}
