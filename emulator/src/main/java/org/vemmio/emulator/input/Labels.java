package org.vemmio.emulator.input;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/// Names as scenario files write them: in lower case, with hyphens.
public final class Labels {
    private Labels() {
    }

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static <E extends Enum<E>> String all(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Labels::of).collect(Collectors.joining(", "));
    }

    public static String list(Collection<String> names) {
        return names.isEmpty() ? "none" : String.join(" ", names);
    }
}
