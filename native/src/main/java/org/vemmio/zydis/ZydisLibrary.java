package org.vemmio.zydis;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vemmio.zydis.jextract.Zydis;

/// The Zydis library of this JVM, found, checked and open for the rest of its life. There is at most one. Safe for
/// several threads; the structures that are handed to it are not.
public final class ZydisLibrary {
    private static final Object LOCK = new Object();
    private static @Nullable ZydisLibrary loaded;

    private final String location;
    private final String version;

    private ZydisLibrary(String location, String version) {
        this.location = location;
        this.version = version;
    }

    /// Finds, checks and opens the library at the first call; later calls give the same object. From then on the
    /// functions of [Zydis] can be called. A call that failed opened nothing and can be made again. The check is that of
    /// [#check(Path)]; a file that is known by its checksum needs none.
    ///
    /// Where it looks, in this order:
    ///
    /// 1. the file that the system property `vemmio.zydis.library` names, else the environment variable
    ///    `VEMMIO_ZYDIS_LIBRARY`; an empty value counts as none. If it does not serve, nothing else is tried
    /// 2. on Linux on amd64 the bundled copy: `lib/libZydis.so.4.0` of the running JDK or image, else the resource in
    ///    this module
    /// 3. the system's `libZydis.so.4.1`, then `libZydis.so.4.0`
    ///
    /// @throws LibraryException if there is no library that serves, or native access is denied to this module
    public static ZydisLibrary load() {
        synchronized (LOCK) {
            if (loaded == null) {
                loaded = find();
            }
            return loaded;
        }
    }

    /// Opens a library apart from the rest of the JVM, checks it and closes it: its version, that it has every function
    /// in [Zydis], and that it decodes and formats a few instructions into structures of the layout that Zydis 4.0 has.
    ///
    /// @param file the library, absolute or relative to the working directory
    /// @return the version, as `4.0.0`
    /// @throws LibraryException if the library does not serve
    public static String check(Path file) {
        requireNativeAccess();
        return LibraryCheck.check(LibraryFile.of(file));
    }

    /// {@return where the library comes from: a file's absolute path, or the address of a resource in a jar}
    public String location() {
        return location;
    }

    /// {@return the library's version, as `4.0.0`}
    public String version() {
        return version;
    }

    /// Decodes one instruction with its operands, as `ZydisDecoderDecodeFull` does, but by a critical call: the
    /// thread's state does not change, the JVM's safepoints wait, and bytes and structures may lie on the heap. That
    /// suits a call that takes a tenth of a microsecond.
    ///
    /// @param decoder a `ZydisDecoder` that `ZydisDecoderInit` has prepared
    /// @param code the bytes to decode, native or the segment of a `byte[]`
    /// @param length how many bytes of `code` may be read; 0 and more
    /// @param instruction a `ZydisDecodedInstruction`, native or in a `long[]`, overwritten
    /// @param operands `ZYDIS_MAX_OPERAND_COUNT` of `ZydisDecodedOperand`, native or in a `long[]`, overwritten
    /// @return the status: negative for a failure, else success
    /// @throws IndexOutOfBoundsException if `length` is negative or more than `code` holds
    public int decodeFull(MemorySegment decoder, MemorySegment code, long length, MemorySegment instruction,
            MemorySegment operands) {
        if (length < 0 || length > code.byteSize()) {
            throw new IndexOutOfBoundsException("length " + length + " of " + code.byteSize() + " bytes of code");
        }
        try {
            return (int) Critical.DECODE_FULL.invokeExact(decoder, code, length, instruction, operands);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError("a foreign function throws no checked exception", t);
        }
    }

    private static ZydisLibrary find() {
        requireNativeAccess();
        Optional<LibraryFile> named = LibraryFile.named();
        if (named.isPresent()) {
            return open(named.get());
        }
        List<String> refusals = new ArrayList<>();
        for (Supplier<LibraryFile> place : LibraryFile.PLACES) {
            try (LibraryFile file = place.get()) {
                return open(file);
            } catch (LibraryException e) {
                refusals.add(e.getMessage());
            }
        }
        throw new LibraryException("no Zydis library: " + String.join("; ", refusals)
                + ". Install Debian's libzydis4.0, or name a library of Zydis 4.0 or 4.1 in the environment variable "
                + LibraryFile.ENVIRONMENT + " or with -D" + LibraryFile.PROPERTY + "=FILE");
    }

    private static ZydisLibrary open(LibraryFile file) {
        String version = KnownLibrary.BUNDLED.is(file) ? KnownLibrary.BUNDLED.version() : LibraryCheck.check(file);
        try {
            System.load(file.path().toString());
        } catch (UnsatisfiedLinkError e) {
            throw new LibraryException(file.location() + ": cannot be loaded (" + e.getMessage() + ")");
        }
        return new ZydisLibrary(file.location(), version);
    }

    /// Makes the JVM decide on native access here, where its refusal can be told with advice.
    private static void requireNativeAccess() {
        try {
            MemorySegment.NULL.reinterpret(0);
        } catch (IllegalCallerException e) {
            Module module = ZydisLibrary.class.getModule();
            throw new LibraryException("native access is denied to the Zydis bindings; start java with "
                    + "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        }
    }

    /// Linked at the first use, which is after the library is open.
    private static final class Critical {
        static final MethodHandle DECODE_FULL = Linker.nativeLinker().downcallHandle(
                Zydis.ZydisDecoderDecodeFull$address(), Zydis.ZydisDecoderDecodeFull$descriptor(),
                Linker.Option.critical(true));
    }
}
