package org.vemmio.decoder;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A register, or the part of one that an instruction names.
///
/// @param file the file it belongs to
/// @param number its number there, from 0; for GPR8_HIGH that of the register it is part of
public record Register(RegisterFile file, int number) {
    /// Makes a register.
    ///
    /// @throws IllegalArgumentException if the file has no register of that number
    public Register {
        if (number < 0 || number >= file.size()) {
            throw new IllegalArgumentException(
                    "no register " + number + " in " + file + ": 0 to " + (file.size() - 1));
        }
    }

    /// {@return the register of that file and number, always the same object}
    ///
    /// @param file the file
    /// @param number 0 and up
    /// @throws IllegalArgumentException if the file has no register of that number
    public static Register of(RegisterFile file, int number) {
        if (number < 0 || number >= file.size()) {
            return new Register(file, number);
        }
        return file.registers().get(number);
    }

    /// {@return the register with that name, if there is one}
    ///
    /// @param name lower-case, as [#name()] gives it
    public static Optional<Register> named(String name) {
        return Optional.ofNullable(ByName.REGISTERS.get(name));
    }

    /// {@return the name in lower case, as `rax`, `bh` or `xmm17`}
    public String name() {
        return file.name(number);
    }

    /// {@return the width in bits; for a register whose width depends on the mode, the largest}
    public int width() {
        return file.width(number);
    }

    /// {@return the [name][#name()]}
    @Override
    public String toString() {
        return name();
    }

    private static final class ByName {
        static final Map<String, Register> REGISTERS = Arrays.stream(RegisterFile.values())
                .flatMap(file -> file.registers().stream())
                .collect(Collectors.toUnmodifiableMap(Register::name, register -> register));
    }
}
