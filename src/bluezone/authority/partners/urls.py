from __future__ import annotations

from django.urls import path

from bluezone.authority.partners import machine_views, views

app_name = "partners"
urlpatterns = [
    path("partners/", views.AgreementList.as_view(), name="list"),
    path("partners/new", views.NewAgreement.as_view(), name="new"),
    path("partners/<int:agreement_id>", views.AgreementPage.as_view(), name="agreement"),
    path("partners/<int:agreement_id>/document", views.DocumentFile.as_view(), name="document"),
    path("partners/<int:agreement_id>/dhis2", views.MetadataFile.as_view(), name="metadata"),
    path("partners/<int:agreement_id>/end", views.EndAgreement.as_view(), name="end"),
    path("partners/<int:agreement_id>/file", views.TakeFile.as_view(), name="file"),
    path("partners/<int:agreement_id>/deliveries", views.DeliveryList.as_view(), name="deliveries"),
    path("partners/<int:agreement_id>/again", views.SendAgain.as_view(), name="again"),
    path("partners/<int:agreement_id>/again/<int:delivery_id>", views.SendAgain.as_view(), name="again-one"),
    path("results/bring", views.BringResults.as_view(), name="results"),
    path("api/results/fhir", machine_views.fhir, name="fhir"),
    path("api/results/hl7", machine_views.hl7_v2, name="hl7"),
    path("api/results/csv", machine_views.csv, name="csv"),
]
