package org.vemmio.emulator.confidential;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/// Names as scenario files write them: in lower case, with hyphens.
final class Labels {
    private Labels() {
    }

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static <E extends Enum<E>> String all(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Labels::of).collect(Collectors.joining(", "));
    }

    static String list(Collection<String> names) {
        return names.isEmpty() ? "none" : String.join(" ", names);
    }
}
