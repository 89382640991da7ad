/** The namespace of Marketo's operations and headers, and of nothing inside them. */
export const mktowsNamespace = 'http://www.marketo.com/mktows/';

/**
 * The types of the operations that we use, as XML Schema: usable on its own (xmllint) and as the
 * types of our WSDL. Only global elements carry the namespace (`elementFormDefault` unqualified);
 * names, order, occurrence and nillability are those of Marketo's WSDL.
 */
export const soapSchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:mkt="${mktowsNamespace}" targetNamespace="${mktowsNamespace}" elementFormDefault="unqualified">
  <xs:element name="AuthenticationHeader">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="mktowsUserId" type="xs:string"/>
        <xs:element name="requestSignature" type="xs:string"/>
        <xs:element name="requestTimestamp" type="xs:string"/>
        <xs:element name="audit" type="xs:string" minOccurs="0"/>
        <xs:element name="mode" type="xs:int" minOccurs="0"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
  <xs:element name="MktowsContextHeader">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="targetWorkspace" type="xs:string"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>

  <xs:simpleType name="ForeignSysType">
    <xs:restriction base="xs:string">
      <xs:enumeration value="CUSTOM"/>
      <xs:enumeration value="SFDC"/>
      <xs:enumeration value="NETSUITE"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:complexType name="Attribute">
    <xs:sequence>
      <xs:element name="attrName" type="xs:string"/>
      <xs:element name="attrType" type="xs:string" minOccurs="0" nillable="true"/>
      <xs:element name="attrValue" type="xs:string"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ArrayOfAttribute">
    <xs:sequence>
      <xs:element name="attribute" type="mkt:Attribute" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="LeadRecord">
    <xs:sequence>
      <xs:element name="Id" type="xs:int" minOccurs="0" nillable="true"/>
      <xs:element name="Email" type="xs:string" minOccurs="0" nillable="true"/>
      <xs:element name="ForeignSysPersonId" type="xs:string" minOccurs="0" nillable="true"/>
      <xs:element name="ForeignSysType" type="mkt:ForeignSysType" minOccurs="0" nillable="true"/>
      <xs:element name="leadAttributeList" type="mkt:ArrayOfAttribute" minOccurs="0" nillable="true"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ArrayOfLeadRecord">
    <xs:sequence>
      <xs:element name="leadRecord" type="mkt:LeadRecord" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>
  <xs:simpleType name="LeadSyncStatus">
    <xs:restriction base="xs:string">
      <xs:enumeration value="CREATED"/>
      <xs:enumeration value="UPDATED"/>
      <xs:enumeration value="FAILED"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:complexType name="SyncStatus">
    <xs:sequence>
      <xs:element name="leadId" type="xs:int"/>
      <xs:element name="status" type="mkt:LeadSyncStatus"/>
      <xs:element name="error" type="xs:string" minOccurs="0" nillable="true"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ArrayOfSyncStatus">
    <xs:sequence>
      <xs:element name="syncStatus" type="mkt:SyncStatus" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>

  <xs:complexType name="ParamsSyncLead">
    <xs:sequence>
      <xs:element name="leadRecord" type="mkt:LeadRecord"/>
      <xs:element name="returnLead" type="xs:boolean"/>
      <xs:element name="marketoCookie" type="xs:string" minOccurs="0" nillable="true"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ResultSyncLead">
    <xs:sequence>
      <xs:element name="leadId" type="xs:int"/>
      <xs:element name="syncStatus" type="mkt:SyncStatus"/>
      <xs:element name="leadRecord" type="mkt:LeadRecord" minOccurs="0" nillable="true"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="SuccessSyncLead">
    <xs:sequence>
      <xs:element name="result" type="mkt:ResultSyncLead"/>
    </xs:sequence>
  </xs:complexType>
  <xs:element name="paramsSyncLead" type="mkt:ParamsSyncLead"/>
  <xs:element name="successSyncLead" type="mkt:SuccessSyncLead"/>

  <xs:complexType name="ParamsSyncMultipleLeads">
    <xs:sequence>
      <xs:element name="leadRecordList" type="mkt:ArrayOfLeadRecord"/>
      <xs:element name="dedupEnabled" type="xs:boolean" minOccurs="0" nillable="true"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ResultSyncMultipleLeads">
    <xs:sequence>
      <xs:element name="syncStatusList" type="mkt:ArrayOfSyncStatus"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="SuccessSyncMultipleLeads">
    <xs:sequence>
      <xs:element name="result" type="mkt:ResultSyncMultipleLeads"/>
    </xs:sequence>
  </xs:complexType>
  <xs:element name="paramsSyncMultipleLeads" type="mkt:ParamsSyncMultipleLeads"/>
  <xs:element name="successSyncMultipleLeads" type="mkt:SuccessSyncMultipleLeads"/>

  <xs:simpleType name="LeadKeyRef">
    <xs:restriction base="xs:string">
      <xs:enumeration value="IDNUM"/>
      <xs:enumeration value="COOKIE"/>
      <xs:enumeration value="EMAIL"/>
      <xs:enumeration value="LEADOWNEREMAIL"/>
      <xs:enumeration value="SFDCACCOUNTID"/>
      <xs:enumeration value="SFDCCONTACTID"/>
      <xs:enumeration value="SFDCLEADID"/>
      <xs:enumeration value="SFDCLEADOWNERID"/>
      <xs:enumeration value="SFDCOPPTYID"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:complexType name="LeadKey">
    <xs:sequence>
      <xs:element name="keyType" type="mkt:LeadKeyRef"/>
      <xs:element name="keyValue" type="xs:string"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ParamsGetLead">
    <xs:sequence>
      <xs:element name="leadKey" type="mkt:LeadKey"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ResultGetLead">
    <xs:sequence>
      <xs:element name="count" type="xs:int"/>
      <xs:element name="leadRecordList" type="mkt:ArrayOfLeadRecord" minOccurs="0" nillable="true"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="SuccessGetLead">
    <xs:sequence>
      <xs:element name="result" type="mkt:ResultGetLead"/>
    </xs:sequence>
  </xs:complexType>
  <xs:element name="paramsGetLead" type="mkt:ParamsGetLead"/>
  <xs:element name="successGetLead" type="mkt:SuccessGetLead"/>

  <xs:complexType name="MObjFieldMetadata">
    <xs:sequence>
      <xs:element name="name" type="xs:string"/>
      <xs:element name="description" type="xs:string" nillable="true"/>
      <xs:element name="displayName" type="xs:string" nillable="true"/>
      <xs:element name="sourceObject" type="xs:string" nillable="true"/>
      <xs:element name="dataType" type="xs:string"/>
      <xs:element name="size" type="xs:int" nillable="true"/>
      <xs:element name="isReadonly" type="xs:boolean"/>
      <xs:element name="isUpdateBlocked" type="xs:boolean"/>
      <xs:element name="isName" type="xs:boolean" nillable="true"/>
      <xs:element name="isPrimaryKey" type="xs:boolean"/>
      <xs:element name="isCustom" type="xs:boolean"/>
      <xs:element name="isDynamic" type="xs:boolean"/>
      <xs:element name="dynamicFieldRef" type="xs:string" nillable="true"/>
      <xs:element name="updatedAt" type="xs:dateTime"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ArrayOfMObjFieldMetadata">
    <xs:sequence>
      <xs:element name="field" type="mkt:MObjFieldMetadata" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="MObjectMetadata">
    <xs:sequence>
      <xs:element name="name" type="xs:string"/>
      <xs:element name="description" type="xs:string" nillable="true"/>
      <xs:element name="isCustom" type="xs:boolean"/>
      <xs:element name="isVirtual" type="xs:boolean"/>
      <xs:element name="fieldList" type="mkt:ArrayOfMObjFieldMetadata"/>
      <xs:element name="updatedAt" type="xs:dateTime"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ParamsDescribeMObject">
    <xs:sequence>
      <xs:element name="objectName" type="xs:string"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ResultDescribeMObject">
    <xs:sequence>
      <xs:element name="metadata" type="mkt:MObjectMetadata"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="SuccessDescribeMObject">
    <xs:sequence>
      <xs:element name="result" type="mkt:ResultDescribeMObject"/>
    </xs:sequence>
  </xs:complexType>
  <xs:element name="paramsDescribeMObject" type="mkt:ParamsDescribeMObject"/>
  <xs:element name="successDescribeMObject" type="mkt:SuccessDescribeMObject"/>
</xs:schema>`;
