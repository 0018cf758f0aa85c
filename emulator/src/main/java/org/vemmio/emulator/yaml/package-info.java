/// YAML files as nodes that know their line and column.
@NullMarked
package org.vemmio.emulator.yaml;

import org.jspecify.annotations.NullMarked;
