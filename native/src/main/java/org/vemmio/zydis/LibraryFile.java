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
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A file that should be a Zydis library.
///
/// @param location what a person is told of where it comes from
/// @param path the file itself, absolute
/// @param temporary whether the file is a copy made for this JVM, to be deleted on [#close()]
record LibraryFile(String location, Path path, boolean temporary) implements AutoCloseable {
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
        return new LibraryFile(path.toString(), path, false);
    }

    /// The file that the user has named, if so.
    static Optional<LibraryFile> named() {
        return Stream.of(System.getProperty(PROPERTY), System.getenv(ENVIRONMENT))
                .filter(name -> name != null && !name.isEmpty())
                .findFirst()
                .map(name -> of(Path.of(name)));
    }

    /// The copy that the build put beside the runtime image's own libraries, else the one in this module.
    private static LibraryFile bundled() {
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
        try (InputStream content = resource.openStream()) {
            Path copy = Files.createTempFile("vemmio-", "-" + BUNDLED);
            Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
            return new LibraryFile(resource.toString(), copy, true);
        } catch (IOException e) {
            throw new LibraryException("the bundled copy cannot be written to " + System.getProperty("java.io.tmpdir")
                    + " (" + e + "); name another folder with -Djava.io.tmpdir=FOLDER");
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
        if (temporary) {
            try {
                Files.delete(path);
            } catch (IOException e) {
                path.toFile().deleteOnExit();
            }
        }
    }
}
