package org.vemmio.emulator.instruction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Encoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.OpcodeMap;
import org.vemmio.decoder.Prefixes;
import org.vemmio.decoder.Register;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.operation.TranslatedOperand;

/// String instructions, with and without a repeat prefix (Intel SDM vol. 1, 7.3.9; vol. 2, REP).
final class Strings {
    static final Family FAMILY = Family.of("strings", mnemonics(), Strings::prepare);

    private enum Kind {
        MOVS, CMPS, STOS, LODS, SCAS;

        boolean comparing() {
            return this == CMPS || this == SCAS;
        }

        boolean readsSource() {
            return this == MOVS || this == CMPS || this == LODS;
        }

        boolean usesDestination() {
            return this != LODS;
        }
    }

    private Strings() {
    }

    private static List<String> mnemonics() {
        List<String> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (String size : List.of("b", "w", "d", "q")) {
                all.add(kind.name().toLowerCase(Locale.ROOT) + size);
            }
        }
        return all;
    }

    private static @Nullable MmioOperation prepare(Instruction instruction) {
        // SSE has a MOVSD and a CMPSD too, in another map.
        if (instruction.encoding() != Encoding.LEGACY || instruction.opcodeMap() != OpcodeMap.DEFAULT) {
            return null;
        }
        Kind kind = Kind.valueOf(instruction.mnemonic().substring(0, 4).toUpperCase(Locale.ROOT));
        int size = 1 << "bwdq".indexOf(instruction.mnemonic().charAt(4));
        return new StringOperation(instruction, kind, size);
    }

    private static final class StringOperation extends ArchitecturalOperation {
        private final Kind kind;
        private final int size;
        private final boolean repeats;
        private final boolean repeatsWhileZero;
        private final int addressSize;
        private final long addressMask;
        private final AccessPlan source;
        private final AccessPlan destination;

        StringOperation(Instruction instruction, Kind kind, int size) {
            super(instruction, Feature.GENERAL);
            this.kind = kind;
            this.size = size;
            Prefixes prefixes = instruction.prefixes();
            this.repeats = prefixes.repeats();
            this.repeatsWhileZero = prefixes.rep();
            this.addressSize = instruction.addressWidth() / 8;
            this.addressMask = MemoryRef.mask(instruction.addressWidth());
            Register override = prefixes.segmentOverride();
            int segment = override != null
                    && (instruction.mode() != CodeMode.CODE64 || override.number() >= Segment.FS)
                    ? override.number() : Segment.DS;
            this.source = element(instruction, segment, Gpr.RSI, false);
            this.destination = element(instruction, Segment.ES, Gpr.RDI, !kind.comparing());
        }

        private AccessPlan element(Instruction instruction, int segment, int base, boolean write) {
            return AccessPlan.of(
                    MemoryRef.ofBase(segment, base, instruction.addressWidth(), instruction.mode()), size, write);
        }

        @Override
        protected void execute(Execution execution) {
            if (!repeats) {
                iterate(execution);
                return;
            }
            Cpu cpu = execution.cpu();
            int bound = execution.repeatBound();
            for (int done = 0;; done++) {
                long count = cpu.gpr(Gpr.RCX) & addressMask;
                if (count == 0) {
                    return;
                }
                if (done == bound) {
                    execution.leaveIncomplete();
                    return;
                }
                boolean proceeds = iterate(execution);
                execution.setGpr(Gpr.RCX, Gpr.merge(cpu.gpr(Gpr.RCX), addressSize, count - 1));
                execution.commitIteration();
                if (!proceeds) {
                    return;
                }
            }
        }

        /// Does one element, and returns whether a repeat prefix would go on as far as the comparison matters.
        private boolean iterate(Execution execution) {
            Cpu cpu = execution.cpu();
            long step = (cpu.rflags() & Rflags.DF) != 0 ? -size : size;
            TranslatedOperand from = kind.readsSource() ? execution.open(0, source) : null;
            TranslatedOperand to = kind.usesDestination() ? execution.open(1, destination) : null;
            long value = from != null ? from.load() : cpu.gpr(Gpr.RAX);
            boolean equal = true;
            if (to == null) {
                execution.setGpr(Gpr.RAX, Gpr.merge(cpu.gpr(Gpr.RAX), size, value));
            } else if (kind.comparing()) {
                long difference = Alu.subtract(execution.flags(), value, to.load(), 0, size);
                equal = difference << 64 - 8 * size == 0;
            } else {
                to.store(value);
            }
            if (from != null) {
                advance(execution, Gpr.RSI, step);
            }
            if (to != null) {
                advance(execution, Gpr.RDI, step);
            }
            return !kind.comparing() || equal == repeatsWhileZero;
        }

        private void advance(Execution execution, int register, long step) {
            long slot = execution.cpu().gpr(register);
            execution.setGpr(register, Gpr.merge(slot, addressSize, slot + step));
        }
    }
}
