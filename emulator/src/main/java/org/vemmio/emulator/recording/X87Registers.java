package org.vemmio.emulator.recording;

import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.vemmio.emulator.cpu.CpuState;

/// Values of x87 registers, of those that a line names. Immutable.
///
/// @param control the control word, 16 bits
/// @param status the status word, 16 bits
/// @param tag the tag word in full, 16 bits
/// @param stack the data registers by their position from the top of stack, 0 to 7; the top is that of `status`, or
///     where that is not told the one there is
public record X87Registers(OptionalInt control, OptionalInt status, OptionalInt tag, Map<Integer, Extended> stack) {
    /// How many data registers there are.
    public static final int COUNT = 8;
    /// No register.
    public static final X87Registers NONE =
            new X87Registers(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), Map.of());
    private static final HexFormat HEX = HexFormat.of();
    private static final CpuState FRESH = new CpuState();

    /// Creates a value; the map is copied.
    ///
    /// @throws IllegalArgumentException if there is no such data register
    public X87Registers {
        stack = Collections.unmodifiableMap(new TreeMap<>(stack));
        stack.keySet().forEach(position -> {
            if (position < 0 || position >= COUNT) {
                throw new IllegalArgumentException(
                        "there are registers 0 to %d, not %d".formatted(COUNT - 1, position));
            }
        });
    }

    /// An 80-bit value.
    ///
    /// @param significand bits 63:0
    /// @param signAndExponent bits 79:64
    public record Extended(long significand, int signAndExponent) {
        /// {@return what ST(`position`) of `cpu` holds}
        public static Extended of(CpuState cpu, int position) {
            int register = cpu.x87Register(position);
            return new Extended(cpu.mmx(register), cpu.x87Exponent(register));
        }

        /// {@return the ten bytes in memory order, in hexadecimal}
        @Override
        public String toString() {
            return HEX.toHexDigits(Long.reverseBytes(significand))
                    + HEX.toHexDigits(Short.reverseBytes((short) signAndExponent));
        }
    }

    /// {@return the words of `cpu` that are not as in a new [CpuState], and the data registers that are not as an MMX
    /// instruction leaves them}
    public static X87Registers of(CpuState cpu) {
        Map<Integer, Extended> stack = new TreeMap<>();
        for (int i = 0; i < COUNT; i++) {
            Extended value = Extended.of(cpu, i);
            if (value.signAndExponent != FRESH.x87Exponent(i)) {
                stack.put(i, value);
            }
        }
        return new X87Registers(unless(FRESH.x87Control(), cpu.x87Control()),
                unless(FRESH.x87Status(), cpu.x87Status()), unless(FRESH.x87Tag(), cpu.x87Tag()), stack);
    }

    /// {@return the words of `after` that differ from those of `before`, and the data registers of which sign and
    /// exponent are not what the registers before and the MMX registers that changed tell}
    public static X87Registers between(CpuState before, CpuState after) {
        Map<Integer, Extended> stack = new TreeMap<>();
        for (int i = 0; i < COUNT; i++) {
            int register = after.x87Register(i);
            int told = (before.mmx(register) == after.mmx(register) ? before : FRESH).x87Exponent(register);
            if (after.x87Exponent(register) != told) {
                stack.put(i, Extended.of(after, i));
            }
        }
        return new X87Registers(unless(before.x87Control(), after.x87Control()),
                unless(before.x87Status(), after.x87Status()), unless(before.x87Tag(), after.x87Tag()), stack);
    }

    private static OptionalInt unless(int standard, int value) {
        return value == standard ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /// {@return whether no register is named}
    public boolean isEmpty() {
        return !namesWords() && stack.isEmpty();
    }

    /// {@return whether the control, the status or the tag word is named}
    public boolean namesWords() {
        return control.isPresent() || status.isPresent() || tag.isPresent();
    }

    /// Sets the registers named; all others stay as they are.
    public void applyTo(CpuState cpu) {
        control.ifPresent(cpu::setX87Control);
        status.ifPresent(cpu::setX87Status);
        tag.ifPresent(cpu::setX87Tag);
        stack.forEach((position, value) -> {
            int register = cpu.x87Register(position);
            cpu.setMmx(register, value.significand);
            cpu.setX87Exponent(register, value.signAndExponent);
        });
    }
}
