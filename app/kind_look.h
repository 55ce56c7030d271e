#pragma once

#include "widgets/studio/cluster_types.h"
#include "widgets/theme/theme.h"

namespace app {

/// Badge word, icon and ink of a kind of cluster.
struct KindLook {
    QString word;
    QString icon;
    theme::Ink ink;
};
[[nodiscard]] KindLook kindLook(const studio::ClusterEntry& entry);

} // namespace app
