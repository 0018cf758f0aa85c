package org.vemmio.emulator.instruction;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.operation.MmioOperation;

/// A family of instructions that the architectural handler executes.
///
/// @param name in lower case, for tables
/// @param members what prepares each mnemonic
record Family(String name, Map<String, Preparation> members) {
    /// Makes an operation of an instruction.
    @FunctionalInterface
    interface Preparation {
        /// Returns the operation, or null if this form of the instruction is not executed.
        @Nullable MmioOperation prepare(Instruction instruction);
    }

    /// Creates a family; `members` is copied.
    Family {
        members = Map.copyOf(members);
    }

    /// Returns a family whose mnemonics are all prepared in the same way.
    static Family of(String name, Collection<String> mnemonics, Preparation preparation) {
        Map<String, Preparation> members = new TreeMap<>();
        mnemonics.forEach(mnemonic -> members.put(mnemonic, preparation));
        return new Family(name, members);
    }

    /// Returns a family whose mnemonics each have a value from which the preparation is made.
    static <T> Family of(String name, Map<String, T> values, Function<T, Preparation> preparation) {
        Map<String, Preparation> members = new TreeMap<>();
        values.forEach((mnemonic, value) -> members.put(mnemonic, preparation.apply(Objects.requireNonNull(value))));
        return new Family(name, members);
    }

    /// Gives each of the mnemonics, which have spaces between them, the same value.
    static <T> void put(Map<String, T> values, T value, String mnemonics) {
        for (String mnemonic : mnemonics.split(" ")) {
            values.put(mnemonic, value);
        }
    }
}
