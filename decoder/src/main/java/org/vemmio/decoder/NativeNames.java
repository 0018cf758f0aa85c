package org.vemmio.decoder;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.vemmio.zydis.jextract.Zydis;

/// What the loaded library means by its numbers for mnemonics, registers, categories and instruction sets. The numbers
/// differ between versions; the names do not.
final class NativeNames {
    private final String[] mnemonics;
    private final String[] categories;
    private final String[] isaSets;
    private final @Nullable Register[] registers;

    private NativeNames(String[] mnemonics, String[] categories, String[] isaSets, @Nullable Register[] registers) {
        this.mnemonics = mnemonics;
        this.categories = categories;
        this.isaSets = isaSets;
        this.registers = registers;
    }

    /// Asks the library, which must be loaded.
    static NativeNames resolve() {
        return new NativeNames(names(Zydis::ZydisMnemonicGetString), names(Zydis::ZydisCategoryGetString),
                names(Zydis::ZydisISASetGetString), registers(names(Zydis::ZydisRegisterGetString)));
    }

    private static String[] names(IntFunction<MemorySegment> naming) {
        List<String> names = new ArrayList<>();
        MemorySegment name = naming.apply(0);
        while (!name.equals(MemorySegment.NULL)) {
            names.add(name.getString(0).toLowerCase(Locale.ROOT));
            name = naming.apply(names.size());
        }
        return names.toArray(String[]::new);
    }

    private static @Nullable Register[] registers(String[] names) {
        @Nullable Register[] registers = new Register[names.length];
        for (int i = 1; i < names.length; i++) {
            String name = names[i];
            registers[i] = Register.named(name).orElseThrow(
                    () -> new IllegalStateException("Zydis names a register that is not known here: " + name));
        }
        return registers;
    }

    String mnemonic(int number) {
        return mnemonics[number];
    }

    String category(int number) {
        return categories[number];
    }

    String isaSet(int number) {
        return isaSets[number];
    }

    /// {@return the register, or null for the number 0, which stands for none}
    @Nullable Register register(int number) {
        return registers[number];
    }
}
