package org.vemmio.decoder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.vemmio.decoder.DecodeFailure.Reason;
import org.vemmio.zydis.ZydisLibrary;
import org.vemmio.zydis.jextract.Zydis;
import org.vemmio.zydis.jextract.ZydisDecodedInstruction;
import org.vemmio.zydis.jextract.ZydisDecodedOperand;
import org.vemmio.zydis.jextract.ZydisDecoder;
import org.vemmio.zydis.jextract.ZydisFormatter;

/// Decodes x86 instructions with Zydis. An encoding that some processor executes is an instruction, whether or not
/// others do ([Instruction#isaSet()] tells). Where processors differ in what it is, the newer ones count: `tzcnt`,
/// `lzcnt`, `cldemote` and the CET instructions exist; those of MPX and of Knights Corner that share an encoding with
/// others do not. Near branches in 64-bit mode ignore 66, as on Intel's processors, and `movsxd` with 66 reads 32 bits,
/// as on AMD's.
///
/// 16-bit code is taken to run in protected mode, so that a VEX prefix is one; 32-bit code in legacy protected mode, so
/// that the instructions are there which compatibility mode lacks. The stack is as wide as the code.
///
/// A decoder belongs to the thread that opened it and holds a few kilobytes of native memory until it is closed; it
/// allocates none after it is open. Every instance method throws WrongThreadException in another thread, and every one
/// but [#close()] IllegalStateException after it is closed.
public final class Decoder implements AutoCloseable {
    private static final int TEXT_SIZE = 256;
    private static final long NO_ADDRESS = -1;

    private final ZydisLibrary library;
    private final Thread owner = Thread.currentThread();
    private final Arena arena = Arena.ofConfined();
    private final InstructionReader reader;
    private final MemorySegment decoder16;
    private final MemorySegment decoder32;
    private final MemorySegment decoder64;
    private final MemorySegment intel;
    private final MemorySegment att;
    private final byte[] code = new byte[Instruction.MAX_LENGTH];
    private final MemorySegment codeSegment = MemorySegment.ofArray(code);
    private final MemorySegment decoded = ZydisDecodedInstruction.allocate(arena);
    private final MemorySegment operands =
            ZydisDecodedOperand.allocateArray(Zydis.ZYDIS_MAX_OPERAND_COUNT(), arena);
    private final MemorySegment text = arena.allocate(TEXT_SIZE);
    private boolean closed;

    private Decoder(ZydisLibrary library) {
        this.library = library;
        reader = new InstructionReader(Loaded.NAMES);
        decoder16 = decoder(Zydis.ZYDIS_MACHINE_MODE_LEGACY_16(), Zydis.ZYDIS_STACK_WIDTH_16());
        decoder32 = decoder(Zydis.ZYDIS_MACHINE_MODE_LEGACY_32(), Zydis.ZYDIS_STACK_WIDTH_32());
        decoder64 = decoder(Zydis.ZYDIS_MACHINE_MODE_LONG_64(), Zydis.ZYDIS_STACK_WIDTH_64());
        intel = formatter(Zydis.ZYDIS_FORMATTER_STYLE_INTEL());
        att = formatter(Zydis.ZYDIS_FORMATTER_STYLE_ATT());
    }

    /// {@return a decoder for this thread}
    ///
    /// @throws ZydisException if there is no usable Zydis library
    public static Decoder open() {
        return new Decoder(load());
    }

    /// {@return the Zydis library that decoders use; callable in any thread}
    ///
    /// @throws ZydisException if there is no usable Zydis library
    public static LibraryInfo library() {
        ZydisLibrary library = load();
        return new LibraryInfo(library.version(), library.location());
    }

    private static ZydisLibrary load() {
        try {
            return ZydisLibrary.load();
        } catch (org.vemmio.zydis.LibraryException e) {
            throw new ZydisException(e);
        }
    }

    /// Decodes the instruction at the start of some bytes.
    ///
    /// @param mode the mode of the code
    /// @param code the bytes
    /// @param offset where the instruction starts
    /// @param count how many bytes there are from there, 0 or more; at most 15 are looked at
    /// @return an [Instruction], or a [DecodeFailure] with the reason
    /// @throws IndexOutOfBoundsException if `code` does not hold those bytes
    public Decoding decode(CodeMode mode, byte[] code, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, code.length);
        checkUsable();
        int available = Math.min(count, Instruction.MAX_LENGTH);
        if (available == 0) {
            return new DecodeFailure(Reason.TRUNCATED, 0);
        }
        int status = decodeNative(mode, code, offset, available);
        if (status >= 0) {
            return new Instruction(mode, Arrays.copyOfRange(code, offset, offset + reader.length()), reader);
        }
        Reason reason = reason(status);
        return new DecodeFailure(reason, reason == Reason.TRUNCATED ? available : reader.length());
    }

    /// Decodes the instruction at the start of an array.
    ///
    /// @param mode the mode of the code
    /// @param code the bytes, of which at most 15 are looked at
    /// @return an [Instruction], or a [DecodeFailure] with the reason
    public Decoding decode(CodeMode mode, byte[] code) {
        return decode(mode, code, 0, code.length);
    }

    /// {@return the assembler text of an instruction, with absolute addresses for branch targets and RIP-relative
    /// memory}
    ///
    /// @param instruction the instruction, decoded by any decoder
    /// @param syntax the syntax
    /// @param rip the address of the instruction; -1, where no instruction fits, gives `rip` and distances
    public String format(Instruction instruction, Syntax syntax, long rip) {
        checkUsable();
        byte[] bytes = instruction.bytes();
        check(decodeNative(instruction.mode(), bytes, 0, bytes.length));
        MemorySegment formatter = switch (syntax) {
            case INTEL -> intel;
            case ATT -> att;
        };
        check(Zydis.ZydisFormatterFormatInstruction(formatter, decoded.copyFrom(reader.instruction()),
                operands.copyFrom(reader.operands()), reader.visibleOperands(), text, TEXT_SIZE, rip,
                MemorySegment.NULL));
        return text.getString(0);
    }

    /// {@return the assembler text of an instruction whose address is not known: distances, not targets}
    ///
    /// @param instruction the instruction, decoded by any decoder
    /// @param syntax the syntax
    public String format(Instruction instruction, Syntax syntax) {
        return format(instruction, syntax, NO_ADDRESS);
    }

    /// Gives the native memory back. Closing again does nothing.
    @Override
    public void close() {
        checkOwner();
        if (!closed) {
            closed = true;
            arena.close();
        }
    }

    private int decodeNative(CodeMode mode, byte[] from, int offset, int count) {
        MemorySegment decoder = switch (mode) {
            case CODE16 -> decoder16;
            case CODE32 -> decoder32;
            case CODE64 -> decoder64;
        };
        System.arraycopy(from, offset, code, 0, count);
        int status = library.decodeFull(decoder, codeSegment, count, reader.instruction(), reader.operands());
        if (status >= 0) {
            reader.mend();
        }
        return status;
    }

    private MemorySegment decoder(int machineMode, int stackWidth) {
        MemorySegment decoder = ZydisDecoder.allocate(arena);
        check(Zydis.ZydisDecoderInit(decoder, machineMode, stackWidth));
        check(Zydis.ZydisDecoderEnableMode(decoder, Zydis.ZYDIS_DECODER_MODE_MPX(), (byte) 0));
        return decoder;
    }

    private MemorySegment formatter(int style) {
        MemorySegment formatter = ZydisFormatter.allocate(arena);
        check(Zydis.ZydisFormatterInit(formatter, style));
        return formatter;
    }

    private static void check(int status) {
        if (status < 0) {
            throw new IllegalStateException("Zydis failed with status 0x" + Integer.toHexString(status));
        }
    }

    private void checkUsable() {
        checkOwner();
        if (closed) {
            throw new IllegalStateException("the decoder is closed");
        }
    }

    private void checkOwner() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException("the decoder belongs to thread \"" + owner.getName()
                    + "\" and was used in \"" + Thread.currentThread().getName() + "\": one decoder per thread");
        }
    }

    private static Reason reason(int status) {
        Reason reason = Loaded.REASONS.get(status);
        if (reason == null) {
            throw new IllegalStateException("Zydis failed with status 0x" + Integer.toHexString(status));
        }
        return reason;
    }

    /// What can be had only from the open library.
    private static final class Loaded {
        static final NativeNames NAMES = new NativeNames();
        static final Map<Integer, Reason> REASONS = Map.ofEntries(
                Map.entry(Zydis.ZYDIS_STATUS_NO_MORE_DATA(), Reason.TRUNCATED),
                Map.entry(Zydis.ZYDIS_STATUS_DECODING_ERROR(), Reason.INVALID),
                Map.entry(Zydis.ZYDIS_STATUS_INSTRUCTION_TOO_LONG(), Reason.TOO_LONG),
                Map.entry(Zydis.ZYDIS_STATUS_BAD_REGISTER(), Reason.BAD_REGISTER),
                Map.entry(Zydis.ZYDIS_STATUS_ILLEGAL_LOCK(), Reason.ILLEGAL_LOCK),
                Map.entry(Zydis.ZYDIS_STATUS_ILLEGAL_LEGACY_PFX(), Reason.ILLEGAL_LEGACY_PREFIX),
                Map.entry(Zydis.ZYDIS_STATUS_ILLEGAL_REX(), Reason.ILLEGAL_REX),
                Map.entry(Zydis.ZYDIS_STATUS_INVALID_MAP(), Reason.INVALID_MAP),
                Map.entry(Zydis.ZYDIS_STATUS_MALFORMED_EVEX(), Reason.MALFORMED_EVEX),
                Map.entry(Zydis.ZYDIS_STATUS_INVALID_MASK(), Reason.INVALID_MASK));
    }
}
