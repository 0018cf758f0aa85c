package org.vemmio.emulator.importing;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.hex.CrashDump;
import org.vemmio.emulator.hex.HexChunk;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.survey.MemoryEffect;

/// Tells dumps that are of traps from others. For one thread.
final class DumpTraps {
    /// Monitors that print what they could not emulate, so that it did trap.
    private static final Set<String> MONITORS =
            Set.of("qemu", "haxm", "bhyve", "xen", "openvmm", "cloud-hypervisor");

    private final Decoder decoder;
    private final DumpProbe probe;

    DumpTraps(Decoder decoder, DumpProbe probe) {
        this.decoder = decoder;
        this.probe = probe;
    }

    /// What came of a dump.
    ///
    /// @param trap the trap, or null
    /// @param problem why there is none
    record Result(@Nullable RecordedTrap trap, ImportReason problem) {
        Result(ImportReason problem) {
            this(null, problem);
        }
    }

    Result of(CrashDump dump) {
        if (dump.code().length == 0) {
            return new Result(ImportReason.NO_BYTES);
        }
        if (dump.trapping() == HexChunk.UNMARKED) {
            return new Result(ImportReason.UNMARKED);
        }
        byte[] told = Arrays.copyOfRange(dump.code(), dump.trapping(), dump.code().length);
        CodeMode mode = dump.mode().orElse(CodeMode.CODE64);
        if (told[0] == 0 && (told.length == 1 || told[1] == 0)
                || !(decode(mode, told) instanceof Instruction instruction)) {
            return new Result(ImportReason.NOT_AN_INSTRUCTION);
        }
        List<MemoryOperand> operands = DumpOperand.all(instruction);
        if (operands.stream().anyMatch(operand -> operand.kind() == MemoryKind.VSIB)) {
            return new Result(ImportReason.SCATTERED);
        }
        if (MemoryEffect.of(instruction).accesses().isEmpty() && !MONITORS.contains(dump.form())) {
            return new Result(ImportReason.NO_MEMORY_OPERAND);
        }
        try {
            return new Result(new DumpedTrap(new DumpRegisters(dump), instruction, told).build(probe),
                    ImportReason.NO_ACCESS);
        } catch (IllegalArgumentException overlapping) {
            return new Result(ImportReason.ADDRESS);
        }
    }

    /// Bytes that an instruction lacks are taken to be 0.
    private Decoding decode(CodeMode mode, byte[] told) {
        Decoding decoding = decoder.decode(mode, Arrays.copyOf(told, Math.min(told.length, RecordedTrap.MAX_CODE)));
        boolean cutOff = decoding instanceof DecodeFailure(DecodeFailure.Reason reason, int _)
                && reason == DecodeFailure.Reason.TRUNCATED;
        return cutOff ? decoder.decode(mode, Arrays.copyOf(told, RecordedTrap.MAX_CODE)) : decoding;
    }
}
