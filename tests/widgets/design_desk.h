#pragma once

#include "widgets/designer/designer_page.h"
#include "widgets/studio/open_models.h"
#include "widgets/studio/session.h"
#include "widgets/theme/theme.h"

#include <QApplication>

namespace tests {

/// A page of the designer that is shown and keeps nothing.
struct DesignDesk {
    theme::Theme theme{*qApp, theme::Theme::Mode::Light};
    studio::Session session;
    studio::DesignContext context{session};
    studio::OpenModels models{nullptr};
    views::DesignerPage page{theme, context, models};
    DesignDesk()
    {
        page.resize(1200, 900);
        page.show();
    }
};

} // namespace tests
