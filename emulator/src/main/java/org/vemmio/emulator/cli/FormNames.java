package org.vemmio.emulator.cli;

import java.util.Iterator;
import org.vemmio.emulator.hex.HexForm;

/// The names of the forms of hex, for completion.
final class FormNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return HexForm.all().stream().map(HexForm::name).iterator();
    }
}
