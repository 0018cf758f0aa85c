package org.vemmio.emulator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.ImmediateOperand;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Register;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.decoder.Visibility;
import org.vemmio.emulator.hex.CrashDump;

/// What the registers of a log say of the instruction that trapped: where its operands in memory were, and what it
/// stored.
final class TrapNotes {
    private static final List<String> GPRS = RegisterFile.GPR64.registers().stream().map(Register::name).toList();

    private final Instruction instruction;
    private final long address;
    private final CrashDump dump;
    private final List<String> unknown = new ArrayList<>();

    private TrapNotes(Instruction instruction, long address, CrashDump dump) {
        this.instruction = instruction;
        this.address = address;
        this.dump = dump;
    }

    /// Returns a sentence for each operand in memory; none if the log has no registers.
    static List<String> of(DecodedRow row, CrashDump dump) {
        List<String> notes = new ArrayList<>();
        if (row.survey().decoding() instanceof Instruction instruction && !row.survey().memory().accesses().isEmpty()
                && dump.registers().keySet().stream().anyMatch(GPRS::contains)) {
            for (Operand operand : instruction.operands()) {
                if (operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN
                        && (memory.access().reads() || memory.access().writes())) {
                    notes.add(new TrapNotes(instruction, row.place().address(), dump).sentence(memory));
                }
            }
            if (instruction.prefixes().repeats()) {
                String count = List.of("cx", "ecx", "rcx").get(instruction.addressWidth() / 32);
                Register.named(count).map(new TrapNotes(instruction, 0, dump)::value).filter(OptionalLong::isPresent)
                        .ifPresent(times -> notes.add("%s = %s: how often".formatted(count, hex(times.getAsLong()))));
            }
        }
        return notes;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private String sentence(MemoryOperand memory) {
        String verb = memory.access().reads() ? memory.access().writes() ? "loads and stores" : "loads" : "stores";
        String what = memory.access().writes() ? stored(memory).map(source -> verb + " " + source)
                .orElse(verb + " " + bytes(memory)) : verb + " " + bytes(memory);
        String where = memory.access().writes() ? " at " : " from ";
        OptionalLong location = location(memory);
        return location.isPresent() ? what + where + hex(location.getAsLong()) + segment(memory)
                : what + where + "an address that takes " + String.join(", ", unknown) + ", which the log does not give";
    }

    private static String bytes(MemoryOperand memory) {
        int size = memory.width() / Byte.SIZE;
        return size == 1 ? "1 byte" : size + " bytes";
    }

    /// Returns the value that goes to memory, if the log has it.
    private Optional<String> stored(MemoryOperand memory) {
        int size = memory.width();
        if (instruction.mnemonic().startsWith("stos")) {
            return named(Register.named(switch (size) {
                case 8 -> "al";
                case 16 -> "ax";
                case 32 -> "eax";
                default -> "rax";
            }));
        }
        if (instruction.mnemonic().startsWith("movs") || memory.visibility() == Visibility.HIDDEN) {
            return Optional.empty();
        }
        for (Operand operand : instruction.operands()) {
            if (operand instanceof ImmediateOperand immediate && !memory.access().reads()) {
                long mask = size >= Long.SIZE ? -1 : (1L << size) - 1;
                return Optional.of(hex(immediate.value() & mask) + " (" + bytes(memory) + ")");
            }
            if (operand instanceof RegisterOperand register && register.access().reads()
                    && register.visibility() != Visibility.HIDDEN) {
                return named(Optional.of(register.register()));
            }
        }
        return Optional.empty();
    }

    private Optional<String> named(Optional<Register> register) {
        return register.flatMap(known -> {
            OptionalLong value = value(known);
            return value.isEmpty() ? Optional.empty() : Optional.of(known.name() + " = " + hex(value.getAsLong()));
        });
    }

    /// Returns the address of an operand, with the base of its segment where that counts and is known.
    private OptionalLong location(MemoryOperand memory) {
        long sum = memory.displacement();
        Register base = memory.base();
        Register index = memory.index();
        if (base != null) {
            sum += required(base);
        }
        if (index != null) {
            sum += required(index) * memory.scale();
        }
        if (!unknown.isEmpty()) {
            return OptionalLong.empty();
        }
        if (memory.visibility() == Visibility.HIDDEN && base != null && memory.access().writes()
                && base.name().endsWith("sp")) {
            sum -= memory.width() / Byte.SIZE;
        }
        int width = instruction.addressWidth();
        long effective = width == Long.SIZE ? sum : sum & (1L << width) - 1;
        long linear = effective + dump.segmentBase(memory.segment().name()).orElse(0);
        boolean based = counts(memory);
        return OptionalLong.of(!based ? effective
                : instruction.mode() == CodeMode.CODE64 ? linear : linear & 0xffff_ffffL);
    }

    /// In 64-bit mode only FS and GS have a base (Intel SDM Vol. 1, 3.4.2.1).
    private boolean counts(MemoryOperand memory) {
        String name = memory.segment().name();
        return instruction.mode() != CodeMode.CODE64 || name.equals("fs") || name.equals("gs");
    }

    private String segment(MemoryOperand memory) {
        String name = memory.segment().name();
        boolean missing = counts(memory) && (name.equals("fs") || name.equals("gs"))
                && dump.segmentBase(name).isEmpty();
        return missing ? " plus the base of %s, which the log does not give".formatted(name) : "";
    }

    private long required(Register register) {
        OptionalLong value = value(register);
        if (value.isEmpty()) {
            unknown.add(register.name());
        }
        return value.orElse(0);
    }

    private OptionalLong value(Register register) {
        if (register.file() == RegisterFile.IP) {
            return dump.register("rip").isEmpty() ? OptionalLong.empty()
                    : OptionalLong.of(address + instruction.length());
        }
        if (!register.file().isGeneralPurpose()) {
            return OptionalLong.empty();
        }
        OptionalLong whole = dump.register(GPRS.get(register.number()));
        if (whole.isEmpty()) {
            return whole;
        }
        long value = register.file() == RegisterFile.GPR8_HIGH ? whole.getAsLong() >>> Byte.SIZE : whole.getAsLong();
        int width = register.width();
        return OptionalLong.of(width == Long.SIZE ? value : value & (1L << width) - 1);
    }
}
