package org.vemmio.emulator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.vemmio.decoder.Access;
import org.vemmio.decoder.FlagUse;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Register;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.decoder.Visibility;

/// What an instruction's text leaves out: flags, and operands that the opcode fixes.
final class OperandNotes {
    /// The flags with their bits in RFLAGS (Intel SDM Vol. 1, 3.4.3).
    private static final String[] FLAGS = {"CF", "", "PF", "", "AF", "", "ZF", "SF", "TF", "IF", "DF", "OF"};

    private OperandNotes() {
    }

    /// Returns a line for the flags and one for the hidden operands, where there are any.
    static List<String> of(DecodedRow row) {
        List<String> notes = new ArrayList<>();
        if (row.survey().decoding() instanceof Instruction instruction) {
            FlagUse flags = instruction.flags();
            StringJoiner uses = new StringJoiner("; ", "flags: ", "").setEmptyValue("");
            add(uses, "reads", flags.tested());
            add(uses, "writes", flags.modified());
            add(uses, "clears", flags.clearedTo0());
            add(uses, "sets", flags.setTo1());
            add(uses, "leaves undefined", flags.undefined());
            StringJoiner hidden = new StringJoiner(", ", "hidden: ", "").setEmptyValue("");
            for (Operand operand : instruction.operands()) {
                if (operand.visibility() == Visibility.HIDDEN) {
                    add(hidden, operand);
                }
            }
            notes.add(uses.toString());
            notes.add(hidden.toString());
            notes.removeIf(String::isEmpty);
        }
        return notes;
    }

    private static void add(StringJoiner uses, String verb, long mask) {
        StringJoiner names = new StringJoiner(" ", verb + " ", "").setEmptyValue("");
        for (int bit = 0; bit < FLAGS.length; bit++) {
            if ((mask >> bit & 1) != 0 && !FLAGS[bit].isEmpty()) {
                names.add(FLAGS[bit]);
            }
        }
        if (names.length() > 0) {
            uses.add(names.toString());
        }
    }

    private static void add(StringJoiner hidden, Operand operand) {
        switch (operand) {
            case RegisterOperand(Register register, Access access, Visibility _, int _, int _, int _)
                    when register.file() != RegisterFile.FLAGS -> hidden.add(register.name() + " " + verb(access));
            case MemoryOperand memory -> {
                Register base = memory.base();
                hidden.add(memory.segment().name() + ":[" + (base == null ? "" : base.name()) + "] "
                        + verb(memory.access()));
            }
            default -> { }
        }
    }

    private static String verb(Access access) {
        String verb = access.reads() ? access.writes() ? "read and written" : "read" : "written";
        return access.conditional() ? verb + " perhaps" : verb;
    }
}
