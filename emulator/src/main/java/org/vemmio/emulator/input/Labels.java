package org.vemmio.emulator.input;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The constants of enums as files and messages write them: in lower case, with hyphens.
public final class Labels {
    private Labels() {
    }

    /// {@return the name in lower case with hyphens, such as `short-lived`}
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// {@return the constant with this label; empty if there is none}
    public static <E extends Enum<E>> Optional<E> find(String label, Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).filter(constant -> of(constant).equals(label)).findFirst();
    }

    /// {@return all labels, in the order of the constants}
    public static List<String> all(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Labels::of).toList();
    }
}
