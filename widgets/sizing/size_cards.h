#pragma once

#include "widgets/theme/theme.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/sizing.h"
#endif

#include <QWidget>

namespace views {

/// One figure against its limit: name, verdict in words, value, bar, share.
class SizeCard : public QWidget {
    Q_OBJECT
public:
    SizeCard(const theme::Theme& theme, const QString& name, const QString& symbol,
             QWidget* parent = nullptr);
    /// `value` and `limit` as they are shown.
    void set(const engine::modeling::SizeVerdict& verdict, const QString& value,
             const QString& limit);
    [[nodiscard]] QString value() const { return m_value; }
    [[nodiscard]] engine::modeling::Light light() const { return m_verdict.light; }
    [[nodiscard]] QSize sizeHint() const override { return {130, 94}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {112, 94}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const theme::Theme& m_theme;
    QString m_name;
    QString m_symbol;
    engine::modeling::SizeVerdict m_verdict;
    QString m_value;
    QString m_limit;
};

/// "Within", "Half", "Over": a light in words.
[[nodiscard]] QString lightText(engine::modeling::Light light);

} // namespace views
