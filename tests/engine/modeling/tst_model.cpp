#include "engine/modeling/model.h"
#include "tests/support/test_main.h"

using namespace engine::modeling;

class TstModel : public QObject {
    Q_OBJECT
private slots:
    void anAttributeIsFoundByItsPathThroughACompositeAndBack()
    {
        Model model;
        EntityType guest{.id = model.newId(), .name = "Guest"};
        Attribute address{.id = model.newId(), .name = "address", .kind = AttributeKind::Composite};
        address.parts.push_back({.id = model.newId(), .name = "city"});
        const ElementId city = address.parts[0].id;
        guest.attributes.push_back(address);
        model.entities.push_back(guest);

        QCOMPARE(attributeByPath(model, "Guest.address.city"), city);
        QCOMPARE(attributePath(model, city), std::string("Guest.address.city"));
        QCOMPARE(attributeByPath(model, "Guest.city"), ElementId::None);
        QCOMPARE(attributePath(model, ElementId::None), std::string());
    }
};

RW_TEST(TstModel)
#include "tst_model.moc"
